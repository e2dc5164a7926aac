"""What users install with: the image, the chart and the manifests, the units, the compose file."""
