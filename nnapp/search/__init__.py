"""Grid search: many trainings with different settings, in processes of their own or on a cluster, and which is best."""
