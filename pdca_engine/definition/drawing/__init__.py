"""A workflow as a picture: lanes, tracks and text sizes, without a browser."""
