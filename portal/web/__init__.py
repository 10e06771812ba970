"""What every page needs of HTTP, and nothing of the business."""
