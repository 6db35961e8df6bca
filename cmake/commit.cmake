# Writes the header that names the commit that is built; run at every build, so that it is never an old one, and only
# changes the file when the commit changes. Changes that are not committed are marked "-dirty".
# Takes SOURCE (the project's folder) and HEADER (the file to write).
cmake_minimum_required(VERSION 3.25)

set(SYNCOPATE_COMMIT unknown)
if(EXISTS ${SOURCE}/.git)
    execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --exclude=*
                    OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(described)
        set(SYNCOPATE_COMMIT ${described})
    endif()
endif()
file(CONFIGURE OUTPUT ${HEADER} CONTENT "#pragma once\n\n#define SYNCOPATE_COMMIT \"@SYNCOPATE_COMMIT@\"\n" @ONLY)
