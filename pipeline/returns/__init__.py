"""What providers are given: templates to fill in, the check before they send, feedback on what they sent."""
