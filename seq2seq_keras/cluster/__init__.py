"""Training over several processes on one machine or many: who they are, and how they stand by.

Nothing here imports Keras: it is what a worker's small parent process needs.
"""

from seq2seq_keras.cluster.addresses import Cluster, find_cluster
from seq2seq_keras.cluster.supervision import Patience, inside, stay_with_parent, supervise

__all__ = ["Cluster", "Patience", "find_cluster", "inside", "stay_with_parent", "supervise"]
