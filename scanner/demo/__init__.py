"""The sample office: invented persons in real file formats, with files that must be found, left alone, or declared."""
