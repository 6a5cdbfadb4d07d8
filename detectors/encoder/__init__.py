"""The pretrained encoder that reads at the depth ``thorough``: how it cuts a text into pieces, and what it says of every
character. Made by ``detectors.training.encoder``; the model card is ``docs/model-card-encoder.md``."""
