"""Which models under which protocols: the study, and what it says of them.

In: the clips of both splits and a run's parameters, as one `Study`. Out: logits,
tables, statistics and sentences. Open `study` first, then `views` (what models see of
the clips) and `models` (which they are). Each notebook's part has a module:
`sequence_report`, `pose_report`, `camera_report`, `fusion_report`, `study_tables`,
`pairs`, `ablations`, `regions`, `evidence` and the importances.
"""
