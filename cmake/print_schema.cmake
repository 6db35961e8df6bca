# Writes what `syncopate schema FORMAT` prints to FILE.
execute_process(COMMAND ${PROGRAM} schema ${FORMAT} OUTPUT_FILE ${FILE} COMMAND_ERROR_IS_FATAL ANY)
