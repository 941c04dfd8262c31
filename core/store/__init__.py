"""The workspace's database: rows, unit of work, one repository per noun. The only place that knows SQL."""
