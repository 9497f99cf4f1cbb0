"""Frozen networks over the frames of clips; what they give is kept.

In: clips, the rule that says which frames are looked at, an enhancement and a network.
Out: arrays, one a clip. Open `clip_views` first: what the paper's models look at, by a
run's parameters. `extraction` runs networks over clips and keeps what comes out;
`frame_network`, `keypoint_network` and `masked_network` are the networks, and
`camera_network` finds the camera's motion; `inputs` is what classifiers take.
"""
