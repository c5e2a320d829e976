#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "platform/http/internal/stream.hpp"
#include "platform/http/message.hpp"

namespace kontor::platform::http {

/// Stands where a body would: a request with it asks for another protocol on its connection, an answer 101
/// with it switches to that. Whoever made it gets the connection. A field alone never switches.
/// [RFC 9110 §7.8, §15.2.2]
class Upgrade : public BodyStream {
 public:
  using Take = std::function<void(std::unique_ptr<Stream>)>;

  Upgrade(std::string protocol, Take take) : protocol_(std::move(protocol)), take_(std::move(take)) {}

  const std::string& protocol() const { return protocol_; }
  void take(std::unique_ptr<Stream> stream) { take_(std::move(stream)); }

  Task<Result<std::string>> read() override;

 private:
  std::string protocol_;
  Take take_;
};

/// None for every other body.
Upgrade* upgrade_of(const Body& body);

/// Says in a head that is otherwise complete what it switches to.
void append_upgrade(std::string& head, const Upgrade& upgrade);

/// Whether a request wants to switch to `protocol`.
bool asks_for(const Headers& headers, std::string_view protocol);

}  // namespace kontor::platform::http
