"""The only place that imports torch, diffusers, transformers, insightface, onnxruntime and cv2."""
