#pragma once

#include <memory>
#include <string>

#include "platform/http/message.hpp"

namespace kontor::platform::http {

/// A body that is there already, for who wants a stream: one piece.
std::shared_ptr<BodyStream> text_body(std::string text);

}  // namespace kontor::platform::http
