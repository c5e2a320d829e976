#include "source.hpp"

#include <fmt/format.h>

#include "installation/driver.hpp"

namespace kontor::data_planes {
namespace {

constexpr std::size_t file_bytes = 2'000'000;
constexpr std::size_t piece_bytes = 40'000;
constexpr std::size_t line_bytes = 4'000;
constexpr auto pace = std::chrono::milliseconds(5);

enum class Kind : std::uint8_t { file, stream, flood };

/// A piece at a time, until there is no more.
class Paced final : public http::BodyStream {
 public:
  using Handed = std::shared_ptr<std::map<std::string, std::uint64_t>>;
  Paced(testing::EventLoop& loop, std::string name, Kind kind, Handed handed,
        std::shared_ptr<std::size_t> under_way)
      : loop_(loop),
        name_(std::move(name)),
        content_(content_of(name_)),
        kind_(kind),
        handed_(std::move(handed)),
        under_way_(std::move(under_way)) {
    ++*under_way_;
  }
  ~Paced() override { --*under_way_; }
  Paced(const Paced&) = delete;
  Paced& operator=(const Paced&) = delete;

  Task<Result<std::string>> read() override {
    if (kind_ != Kind::flood) {
      auto waited = co_await loop_.clock().wait_until(loop_.clock().now() + pace);
      if (!waited) co_return fail(std::move(waited.error()));
    }
    const auto most = kind_ == Kind::stream ? line_bytes : piece_bytes;
    auto piece = content_.substr(at_, most);
    at_ = kind_ == Kind::file || at_ + most < content_.size() ? at_ + piece.size() : 0;
    (*handed_)[name_] += piece.size();
    co_return piece;
  }
  std::optional<std::uint64_t> length_bytes() const override {
    return kind_ == Kind::file ? std::optional<std::uint64_t>(content_.size()) : std::nullopt;
  }

 private:
  testing::EventLoop& loop_;
  std::string name_;
  std::string content_;
  Kind kind_;
  Handed handed_;
  std::shared_ptr<std::size_t> under_way_;
  std::size_t at_ = 0;
};

}  // namespace

std::string content_of(const std::string& name) {
  std::string content;
  content.reserve(file_bytes);
  for (std::size_t i = 0; content.size() < file_bytes; ++i) {
    content += fmt::format("{} {} ", name, i);
    content.append(line_bytes, static_cast<char>('a' + i % 26));
  }
  return content;
}

Source::Source(testing::EventLoop& loop)
    : loop_(loop),
      scope_(loop.executor()),
      handed_(std::make_shared<std::map<std::string, std::uint64_t>>()),
      under_way_(std::make_shared<std::size_t>()) {
  auto listener = http::listen(scope_, loop.clock(), {},
                               [this](http::Request request) { return answer(std::move(request)); });
  if (!listener) throw installation::Failed{listener.error().message()};
  listener_ = std::move(*listener);
}

Source::~Source() {
  loop_.run(scope_.close());
}

std::uint64_t Source::handed(const std::string& name) const {
  const auto found = handed_->find(name);
  return found == handed_->end() ? 0 : found->second;
}

Task<http::Response> Source::answer(http::Request request) {
  const auto slash = request.target.rfind('/');
  auto kind = Kind::file;
  if (request.target.starts_with("/stream/")) kind = Kind::stream;
  if (request.target.starts_with("/flood/")) kind = Kind::flood;
  http::Response response;
  response.headers.set("Content-Type", kind == Kind::stream ? "text/event-stream" : "text/plain");
  response.body.stream =
      std::make_shared<Paced>(loop_, request.target.substr(slash + 1), kind, handed_, under_way_);
  co_return response;
}

}  // namespace kontor::data_planes
