"""The log-ins of people: made by human resources, shut when somebody leaves."""
