# Generates the protobuf classes of the ONNX messages that the importer reads, compiles them into syncopate_io, and
# offers the header to the tests that build ONNX files (syncopate_onnx_messages).
set(onnx_generated ${CMAKE_CURRENT_BINARY_DIR}/generated)
set(onnx_proto ${CMAKE_CURRENT_SOURCE_DIR}/io/formats/onnx/onnx_subset.proto)
set(onnx_classes ${onnx_generated}/io/formats/onnx/onnx_subset.pb.cc ${onnx_generated}/io/formats/onnx/onnx_subset.pb.h)
file(MAKE_DIRECTORY ${onnx_generated})
add_custom_command(
    OUTPUT ${onnx_classes}
    COMMAND protobuf::protoc --proto_path=${CMAKE_CURRENT_SOURCE_DIR} --cpp_out=${onnx_generated} ${onnx_proto}
    DEPENDS ${onnx_proto}
    COMMENT "Generating the ONNX message classes"
    VERBATIM)
set_source_files_properties(${onnx_classes} PROPERTIES GENERATED TRUE)
# Warnings are for our own code.
set_source_files_properties(${onnx_generated}/io/formats/onnx/onnx_subset.pb.cc PROPERTIES COMPILE_OPTIONS -w)
target_sources(syncopate_io PRIVATE ${onnx_classes})
target_include_directories(syncopate_io SYSTEM PRIVATE ${onnx_generated})

add_library(syncopate_onnx_messages INTERFACE)
target_include_directories(syncopate_onnx_messages SYSTEM INTERFACE ${onnx_generated})
target_link_libraries(syncopate_onnx_messages INTERFACE protobuf::libprotobuf)
