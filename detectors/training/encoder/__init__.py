"""Fits a pretrained encoder to names and writes what ``detectors.encoder`` reads. Needs PyTorch and onnx (extra ``train``)."""
