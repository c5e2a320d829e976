#include "platform/http/text_body.hpp"

#include <utility>

namespace kontor::platform::http {
namespace {

class TextBody : public BodyStream {
 public:
  explicit TextBody(std::string text) : length_(text.size()), text_(std::move(text)) {}

  Task<Result<std::string>> read() override { co_return std::exchange(text_, {}); }
  std::optional<std::uint64_t> length_bytes() const override { return length_; }

 private:
  std::uint64_t length_;
  std::string text_;
};

}  // namespace

std::shared_ptr<BodyStream> text_body(std::string text) {
  return std::make_shared<TextBody>(std::move(text));
}

}  // namespace kontor::platform::http
