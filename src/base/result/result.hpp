#pragma once

#include <fmt/core.h>

#include <expected>
#include <memory>
#include <string>
#include <utility>

#include "base/result/error_code.hpp"

namespace kontor {

/// Why something could not be done: the class (a row of the catalogue), what was wrong and what to do about
/// it in words, and where in the input it is. Never holds a secret: `detail` may reach a caller.
///
/// Every result carries one, every coroutine and handler moves results: what copies, moves and destroys an
/// error is compiled once.
struct Error {
  ErrorCode code = {};
  std::string detail;
  std::string pointer;                 ///< JSON pointer into the input, empty where there is none
  std::shared_ptr<const Error> cause;  ///< what this error follows from

  Error();
  Error(ErrorCode code, std::string detail, std::string pointer = {},
        std::shared_ptr<const Error> cause = {});
  Error(const Error&);
  Error(Error&&) noexcept;
  Error& operator=(const Error&);
  Error& operator=(Error&&) noexcept;
  ~Error();

  const ErrorRow& row() const { return row_of(code); }
  /// Where it is and `detail`, then each cause, separated by ": "; a place is said where it is known first.
  std::string message() const;
};

/// A value, or the reason why there is none. What the outside world can get wrong is a Result; a broken
/// invariant of ours is an `invariant` that stops the process.
template <class T>
using Result = std::expected<T, Error>;

namespace internal {

std::unexpected<Error> fail(ErrorCode code, fmt::string_view text, fmt::format_args args);
std::unexpected<Error> fail_after(Error cause, fmt::string_view text, fmt::format_args args);
std::unexpected<Error> fail_as(ErrorCode code, Error cause, fmt::string_view text, fmt::format_args args);
std::unexpected<Error> invalid(std::string pointer, fmt::string_view text, fmt::format_args args);

}  // namespace internal

template <class... Args>
std::unexpected<Error> fail(ErrorCode code, fmt::format_string<Args...> text, Args&&... args) {
  return internal::fail(code, text, fmt::make_format_args(args...));
}

/// Passes an error on as it is: `if (!asset) return fail(asset.error());`.
std::unexpected<Error> fail(Error error);

/// Passes an error on under a sentence that says what was being done. Code and pointer stay those of the
/// cause.
template <class... Args>
std::unexpected<Error> fail(Error cause, fmt::format_string<Args...> text, Args&&... args) {
  return internal::fail_after(std::move(cause), text, fmt::make_format_args(args...));
}

/// The same under another code, for example a peer's `not_found` that is `peer_refused` to us.
template <class... Args>
std::unexpected<Error> fail_as(ErrorCode code, Error cause, fmt::format_string<Args...> text,
                               Args&&... args) {
  return internal::fail_as(code, std::move(cause), text, fmt::make_format_args(args...));
}

/// A rule broken at `pointer` in the input.
template <class... Args>
std::unexpected<Error> invalid(std::string pointer, fmt::format_string<Args...> text, Args&&... args) {
  return internal::invalid(std::move(pointer), text, fmt::make_format_args(args...));
}

/// Stops the process when a promise of our own code is broken. Stays on in release builds: restarting is
/// safe.
void invariant(bool holds, const char* promise);

}  // namespace kontor
