"""Drafts of plan versions in the admin: where what they change meets months, previews and minimum wages."""
