#pragma once

#include <stdexcept>
#include <string>

namespace syncopate {

/// What a user can cause: a bad file, option, network or data set. The message says where (file, node, path), what
/// (the value) and what would be right.
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// An option or argument that cannot be used as given.
class UsageError : public Error {
public:
    using Error::Error;
};

/// A network that cannot be imported, converted or compiled, with the reason and what to do about it.
class RefusedError : public Error {
public:
    using Error::Error;
};

}  // namespace syncopate
