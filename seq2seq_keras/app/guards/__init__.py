"""What every request passes before the app: whose page it comes from, how large, how often."""
