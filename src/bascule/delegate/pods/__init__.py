"""Step groups on Kubernetes: a pod is made, watched to its end and removed. Inside it, this same program is an ephemeral delegate.

`binding` writes the manifests · `kube` talks to the API server · `states` reads how a pod fares · `refusals` reads what the API server
refuses · `pod` carries one pod · `runner` has them all in hand · `reaper` removes what nobody has in hand.
"""
