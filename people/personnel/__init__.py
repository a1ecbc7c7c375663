"""Personnel changes by page: joining, changing post, moving, leaving; looked at before, made once."""
