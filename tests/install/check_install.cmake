# Installs the build in BINARY_DIR into SCRATCH, then configures, builds and runs a project that uses the package.
# With PROGRAM set, the installed program must also start.
file(REMOVE_RECURSE ${SCRATCH})
set(prefix ${SCRATCH}/prefix)
set(quietly OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)

execute_process(COMMAND ${CMAKE_COMMAND} --install ${BINARY_DIR} --prefix ${prefix} ${quietly})
foreach(name core/engine/engine.hpp neurons/neuron_model.hpp topology/layer_graph.hpp)
    if(NOT EXISTS ${prefix}/include/syncopate/${name})
        message(FATAL_ERROR "include/syncopate/${name} was not installed")
    endif()
endforeach()
execute_process(COMMAND ${CMAKE_COMMAND} -G Ninja -S ${CMAKE_CURRENT_LIST_DIR} -B ${SCRATCH}/build
                        -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_CXX_COMPILER=${COMPILER} ${quietly})
execute_process(COMMAND ${CMAKE_COMMAND} --build ${SCRATCH}/build COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${SCRATCH}/build/consumer COMMAND_ERROR_IS_FATAL ANY)
if(PROGRAM)
    execute_process(COMMAND ${prefix}/bin/syncopate --version COMMAND_ERROR_IS_FATAL ANY)
endif()
file(REMOVE_RECURSE ${SCRATCH})
