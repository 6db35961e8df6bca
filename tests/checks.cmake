# Tests that are no doctest: rules of the house, the README's commands, and the installed package.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

add_test(NAME "check_layers.py finds every kind of broken rule"
         COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/check_layers.py --self-test)
add_test(NAME "the project keeps its layers, homes and file lengths"
         COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/check_layers.py ${PROJECT_SOURCE_DIR})

add_test(NAME "check_functions.py finds functions that are too long or take too much"
         COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/check_functions.py --self-test)
add_test(NAME "functions are short and take few parameters"
         COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/check_functions.py ${PROJECT_SOURCE_DIR})

add_test(NAME "the sources are formatted"
         COMMAND ${CMAKE_COMMAND} -D SOURCE_DIR=${PROJECT_SOURCE_DIR} -P ${CMAKE_CURRENT_LIST_DIR}/check_format.cmake)
set_tests_properties("the sources are formatted" PROPERTIES SKIP_REGULAR_EXPRESSION "no clang-format 14")

add_test(NAME "check_readme.py finds commands that fail and output that differs"
         COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/check_readme.py --self-test)
if(TARGET syncopate)
    add_test(NAME "the commands of the README do what it says"
             COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/check_readme.py $<TARGET_FILE_DIR:syncopate>)
    set_tests_properties("the commands of the README do what it says" PROPERTIES TIMEOUT 600 LABELS slow)
    add_test(NAME "the command line behaves as its transcripts say"
             COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/check_readme.py $<TARGET_FILE_DIR:syncopate>
                     ${CMAKE_CURRENT_LIST_DIR}/cli/transcripts.md)
    add_test(NAME "what the program writes satisfies the JSON Schemas"
             COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/cli/check_schemas.py $<TARGET_FILE_DIR:syncopate>)
    set_tests_properties("what the program writes satisfies the JSON Schemas" PROPERTIES
                         SKIP_REGULAR_EXPRESSION "no jsonschema")
    add_test(NAME "NumPy reads the files of predictions, and finds what the reports say"
             COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/cli/check_predictions.py $<TARGET_FILE_DIR:syncopate>)
    set_tests_properties("NumPy reads the files of predictions, and finds what the reports say" PROPERTIES
                         SKIP_REGULAR_EXPRESSION "no numpy")
    # Sanitizers make it ten times as slow: they get a few networks.
    set(random_networks 320)
    if(SYNCOPATE_SANITIZE)
        set(random_networks 10)
    endif()
    add_test(NAME "every network that converts runs, and spikes as its ONNX file alone says"
             COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/chain/chain.py $<TARGET_FILE:syncopate>
                     --random ${random_networks})
    set_tests_properties("every network that converts runs, and spikes as its ONNX file alone says" PROPERTIES
                         TIMEOUT 1200 PROCESSORS 2 LABELS "chain;tbb")
endif()

# A sanitized library would ask its users for the sanitizer's run-time library.
if(NOT SYNCOPATE_SANITIZE)
    add_test(NAME "another project builds and runs with the installed package"
             COMMAND ${CMAKE_COMMAND} -D BINARY_DIR=${PROJECT_BINARY_DIR} -D SCRATCH=${CMAKE_CURRENT_BINARY_DIR}/install
                     -D COMPILER=${CMAKE_CXX_COMPILER} -D PROGRAM=$<TARGET_EXISTS:syncopate>
                     -P ${CMAKE_CURRENT_LIST_DIR}/install/check_install.cmake)
    set_tests_properties("another project builds and runs with the installed package" PROPERTIES TIMEOUT 300)
endif()
