# What `cmake --install` leaves behind: headers under include/syncopate, the libraries, a package that
# find_package(syncopate) finds, the program and the JSON Schemas.
include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/syncopate)
install(TARGETS syncopate_core syncopate_neurons syncopate_topology syncopate_io EXPORT syncopate_targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/syncopate)
install(EXPORT syncopate_targets NAMESPACE syncopate:: DESTINATION ${package_folder} FILE syncopateTargets.cmake)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/syncopateConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/syncopateConfig.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/syncopateConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/syncopateConfig.cmake ${PROJECT_BINARY_DIR}/syncopateConfigVersion.cmake
        DESTINATION ${package_folder})

if(TARGET syncopate)
    install(TARGETS syncopate RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    # What is installed is what the program prints: that of networks has the models in it.
    foreach(path IN LISTS schema_files)
        get_filename_component(file ${path} NAME)
        string(REPLACE ".schema.json" "" format ${file})
        set(printed ${PROJECT_BINARY_DIR}/schemas/${file})
        add_custom_command(OUTPUT ${printed} DEPENDS syncopate VERBATIM
                           COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:syncopate> -DFORMAT=${format} -DFILE=${printed}
                                   -P ${CMAKE_CURRENT_LIST_DIR}/print_schema.cmake)
        list(APPEND printed_schemas ${printed})
    endforeach()
    add_custom_target(syncopate_schemas ALL DEPENDS ${printed_schemas})
    install(FILES ${printed_schemas} DESTINATION ${CMAKE_INSTALL_DATADIR}/syncopate/schemas)
endif()
install(FILES LICENSE NOTICE METHODS.md TERMS.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
