"""The attack on what is about to be published: what anybody could work out from it, before it goes out."""
