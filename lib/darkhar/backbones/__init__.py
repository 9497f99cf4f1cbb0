"""Image networks, their weights, and the engines that compute them."""
