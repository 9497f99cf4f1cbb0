"""Every plot of the paper: arrays and tables in, a matplotlib figure out."""
