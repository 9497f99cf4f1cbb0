"""MoveNet, tracking, joints and what is computed from them."""
