#pragma once

#include <boost/asio/awaitable.hpp>

namespace kontor {

/// The one coroutine type. A task runs on its process's io thread; it starts when it is awaited or spawned
/// into a platform::async::Scope.
template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace kontor
