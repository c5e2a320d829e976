#include "dataplane/http/question.hpp"

#include <algorithm>
#include <array>

#include "base/text/text.hpp"

namespace kontor::dataplane::http {
namespace {

constexpr std::size_t segments_before_path = 4;  ///< of `/api/data/{flowId}`, the empty first one included

class BoundedBody : public web::BodyStream {
 public:
  BoundedBody(std::shared_ptr<web::BodyStream> body, std::size_t bytes_max)
      : body_(std::move(body)), bytes_max_(bytes_max) {}

  Task<Result<std::string>> read() override {
    auto piece = co_await body_->read();
    if (!piece) co_return piece;
    taken_ += piece->size();
    if (taken_ > bytes_max_) co_return too_long(bytes_max_);
    co_return piece;
  }
  std::optional<std::uint64_t> length_bytes() const override { return body_->length_bytes(); }

  static std::unexpected<Error> too_long(std::size_t bytes_max) {
    return fail(ErrorCode::too_large, "a request for data has at most {} bytes", bytes_max);
  }

 private:
  std::shared_ptr<web::BodyStream> body_;
  std::size_t bytes_max_;
  std::uint64_t taken_ = 0;
};

Result<web::Body> bounded(web::Body body, std::size_t bytes_max) {
  if (!body.stream) {
    if (body.text.size() > bytes_max) return BoundedBody::too_long(bytes_max);
    return body;
  }
  if (body.stream->length_bytes().value_or(0) > bytes_max) return BoundedBody::too_long(bytes_max);
  return web::Body{.stream = std::make_shared<BoundedBody>(std::move(body.stream), bytes_max)};
}

/// Fields that end here, those that `Connection` names among them.
web::Headers without_connection(web::Headers headers) {
  static constexpr std::array<std::string_view, 13> ours{"Connection",
                                                         "Keep-Alive",
                                                         "Proxy-Authenticate",
                                                         "Proxy-Authorization",
                                                         "Proxy-Connection",
                                                         "TE",
                                                         "Trailer",
                                                         "Transfer-Encoding",
                                                         "Upgrade",
                                                         "Authorization",
                                                         "Cookie",
                                                         "Host",
                                                         "Forwarded"};
  std::vector<std::string> named;
  for (auto value : headers.all("Connection")) {
    for (auto name : text::split(value, ',')) named.emplace_back(text::trim(name));
  }
  for (const auto& name : named) headers.remove(name);
  for (auto name : ours) headers.remove(name);
  return headers;
}

}  // namespace

std::optional<std::string> access_token(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  auto token = text::trim(authorization);
  if (text::starts_with_ignoring_case(authorization, scheme))
    token = text::trim(authorization.substr(scheme.size()));
  if (token.empty() || text::equal_ignoring_case(token, "Bearer") || token.contains(' ') ||
      token.contains(','))
    return std::nullopt;
  return std::string(token);
}

Result<source::Question> question_of(web::Request request, const Asking& asking) {
  source::Question question{.method = std::move(request.method)};
  const std::string_view target = request.target;
  const auto halves = text::split_once(target, '?').value_or(std::pair(target, std::string_view()));
  const auto segments = text::split(halves.first, '/');
  for (std::size_t i = segments_before_path; i < segments.size(); ++i)
    question.path += "/" + std::string(segments[i]);
  question.query = halves.second;
  question.headers = without_connection(std::move(request.headers));
  question.headers.set("X-Forwarded-Proto", asking.scheme);
  question.headers.set("X-Forwarded-Host", asking.authority);
  question.headers.set("X-Forwarded-For", request.peer_address);
  auto body = bounded(std::move(request.body), asking.body_bytes_max);
  if (!body) return fail(std::move(body.error()));
  question.body = std::move(*body);
  return question;
}

}  // namespace kontor::dataplane::http
