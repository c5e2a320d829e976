#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result/result.hpp"
#include "platform/async/clock.hpp"

namespace kontor::platform::http {

/// Header fields in their order; names compare without case. No name or value with CR, LF or NUL gets in:
/// `add` and `set` drop the field and return false.
class Headers {
 public:
  Headers();
  Headers(const Headers&);
  Headers(Headers&&) noexcept;
  Headers& operator=(const Headers&);
  Headers& operator=(Headers&&) noexcept;
  ~Headers();

  bool add(std::string name, std::string value);
  bool set(std::string name, std::string value);  ///< replaces all of that name
  void remove(std::string_view name);
  std::optional<std::string_view> get(std::string_view name) const;  ///< the first of that name
  std::vector<std::string_view> all(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// A body that arrives or is made piece by piece. `read` returns the next piece, empty at the end; each piece
/// is asked for, so a slow reader slows the sender.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  virtual Task<Result<std::string>> read() = 0;
  virtual std::optional<std::uint64_t> length_bytes() const { return std::nullopt; }
  /// Told by whoever sends the body how its connection is broken off at once, also while the peer takes
  /// nothing; an empty function when it has been sent.
  virtual void break_off_with([[maybe_unused]] std::function<void()> break_off) {}
};

/// Either text that is there already or a stream.
struct Body {
  std::string text = {};
  std::shared_ptr<BodyStream> stream = {};

  /// The whole body as text, at most `bytes_max`. Errors: too_large, peer_unavailable, timeout.
  Task<Result<std::string>> collect(std::size_t bytes_max) &&;
};

struct Request {
  std::string method = "GET";
  std::string target = {};  ///< server: path and query as received; client: the absolute URL
  Headers headers = {};
  Body body = {};
  std::string peer_address = {};                             ///< server: the remote address without port
  std::optional<std::string> peer_certificate_subject = {};  ///< server with mTLS
};

struct Response {
  unsigned status = 200;
  Headers headers = {};
  Body body = {};
};

using Handler = std::function<Task<Response>(Request)>;

/// Path and query of a target, percent-decoded. Errors: malformed.
struct Target {
  std::vector<std::string> segments;
  std::string raw_path;
  std::vector<std::pair<std::string, std::string>> query;

  std::optional<std::string_view> parameter(std::string_view name) const;
};
Result<Target> parse_target(std::string_view target);

}  // namespace kontor::platform::http
