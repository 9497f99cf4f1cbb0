"""What is computed from keypoints, in milliseconds and whenever it is needed.

Nothing of it is kept in the feature cache, so that a change here extracts no keypoint
anew.
"""
