# Generates the protobuf classes of the ONNX messages that the importer reads.
