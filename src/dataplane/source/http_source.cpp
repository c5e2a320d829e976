#include "dataplane/source/http_source.hpp"

#include <algorithm>
#include <charconv>

#include "base/text/encoding.hpp"
#include "platform/http/failure.hpp"
#include "platform/http/text_body.hpp"
#include "platform/vault/participant_secrets.hpp"

namespace kontor::dataplane::source {

using platform::async::Deadline;

namespace {

/// Such an answer passes with its head, in one.
constexpr std::size_t text_bytes_max = 16 * 1024;

class NoBody : public web::BodyStream {
 public:
  Task<Result<std::string>> read() override { co_return std::string(); }
  std::optional<std::uint64_t> length_bytes() const override { return 0; }
};

/// What is wrong with the source's address is its owner's matter and nobody else's to read.
std::unexpected<Error> not_reached(Error error) {
  if (error.code == ErrorCode::timeout)
    return fail(ErrorCode::timeout, "the source of the data took too long");
  if (error.code == ErrorCode::cancelled || error.code == ErrorCode::too_large) return fail(std::move(error));
  return fail(ErrorCode::peer_unavailable, "the source of the data cannot be reached");
}

/// For who wants the data itself and nothing else of the answer.
Result<void> check_data(unsigned status) {
  if (auto fine = check_status(status); !fine) return fine;
  if (status >= 200 && status < 300) return {};
  if (status == 404 || status == 410)
    return fail(ErrorCode::not_found, "the source of the data answered {}", status);
  return fail(web::failure_of(status), "the source of the data answered {}", status);
}

/// An entity tag that names octets, not a meaning (RFC 9110 §8.8.3).
std::string strong_tag(const web::Headers& headers) {
  const auto tag = headers.get("ETag").value_or("");
  return tag.starts_with('"') ? std::string(tag) : std::string();
}

std::optional<std::uint64_t> number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

/// Where the octets of a 206 begin (RFC 9110 §14.4).
std::optional<std::uint64_t> first_byte(const web::Headers& headers) {
  constexpr std::string_view unit = "bytes ";
  const auto range = headers.get("Content-Range").value_or("");
  if (!range.starts_with(unit)) return std::nullopt;
  return number(range.substr(unit.size(), range.find('-') - unit.size()));
}

/// What goes with each request beside what its owner wrote into the address.
struct Introduction {
  std::vector<HttpField> fields;         ///< an empty value: none under this name
  std::optional<TokenOrder> token = {};  ///< `Authorization`
  std::shared_ptr<const web::ClientIdentity> identity = {};
};

struct Connection {
  web::Client& client;
  std::shared_ptr<SourceTokens> tokens;
};

class HttpSource final : public Source {
 public:
  HttpSource(Connection connection, HttpSourceOptions options, HttpAddress address, Introduction introduction)
      : connection_(std::move(connection)),
        options_(std::move(options)),
        address_(std::move(address)),
        introduction_(std::move(introduction)) {}

  Task<Result<web::Response>> answer(Question question, Deadline deadline) override;
  Task<Result<std::vector<Part>>> parts(Deadline deadline) override;
  Task<Result<std::shared_ptr<web::BodyStream>>> open(Part part, std::uint64_t offset,
                                                      Deadline deadline) override;

 private:
  Task<Result<web::Response>> send(web::Request request, Deadline deadline);
  Task<Result<web::Response>> send_once(web::Request request, Deadline deadline);
  Task<Result<web::Response>> send_with_token(web::Request request, Deadline deadline);

  Connection connection_;
  HttpSourceOptions options_;
  HttpAddress address_;
  Introduction introduction_;
};

Task<Result<web::Response>> HttpSource::answer(Question question, Deadline deadline) {
  auto url = source_url(address_, question);
  if (!url) co_return fail(std::move(url.error()));
  auto method = source_method(address_, question.method);
  if (!method) co_return fail(std::move(method.error()));
  const bool with_body = address_.proxy_body && has_body(*method);
  web::Request request{.method = std::move(*method), .target = std::move(*url)};
  request.headers = request_headers(address_, question.headers, options_.passed.to_source, with_body);
  if (with_body) request.body = std::move(question.body);
  const auto* stream = request.body.stream.get();
  if (address_.sized_body && stream && !stream->length_bytes()) {
    auto text = co_await std::move(request.body).collect(options_.sized_body_bytes_max);
    if (!text) co_return fail(std::move(text.error()));
    request.body = {.text = std::move(*text)};
  }
  auto response = co_await send(std::move(request), deadline);
  if (!response) co_return fail(std::move(response.error()));
  if (auto fine = check_status(response->status); !fine) co_return fail(std::move(fine.error()));
  response->headers = response_headers(response->headers, options_.passed.to_asker);
  co_return response;
}

Task<Result<std::vector<Part>>> HttpSource::parts(Deadline deadline) {
  std::vector<Part> whole(1);
  // What is made for each request has no head of its own.
  if (address_.method != "GET") co_return whole;
  web::Request request{.method = "HEAD", .target = address_.url};
  request.headers = request_headers(address_, {}, {}, false);
  auto response = co_await send(std::move(request), deadline);
  if (!response) co_return fail(std::move(response.error()));
  if (response->status == 405 || response->status == 501) co_return whole;
  if (auto fine = check_data(response->status); !fine) co_return fail(std::move(fine.error()));
  whole[0].media_type = response->headers.get("Content-Type").value_or("");
  whole[0].size_bytes = number(response->headers.get("Content-Length").value_or(""));
  whole[0].version = strong_tag(response->headers);
  co_return whole;
}

Task<Result<std::shared_ptr<web::BodyStream>>> HttpSource::open(Part part, std::uint64_t offset,
                                                                Deadline deadline) {
  const auto changed = [] {
    return fail(ErrorCode::conflict, "the source of the data is not what it was, or cannot tell");
  };
  if (!part.name.empty()) co_return fail(ErrorCode::not_found, "this source has no parts with names");
  web::Request request{.method = address_.method, .target = address_.url};
  request.headers = request_headers(address_, {}, {}, has_body(address_.method));
  if (offset > 0) {
    if (part.version.empty()) co_return changed();
    request.headers.set("Range", "bytes=" + std::to_string(offset) + "-");
    request.headers.set("If-Range", part.version);
  }
  auto response = co_await send(std::move(request), deadline);
  if (!response) co_return fail(std::move(response.error()));
  const auto status = response->status;
  std::shared_ptr<web::BodyStream> body = std::make_shared<NoBody>();
  if (offset > 0 && status == 416 && part.size_bytes == offset) co_return body;
  const bool goes_on = offset == 0 || (status == 206 && first_byte(response->headers) == offset);
  if (!goes_on && (status == 200 || status == 206 || status == 416)) co_return changed();
  if (auto fine = check_data(status); !fine) co_return fail(std::move(fine.error()));
  if (!part.version.empty() && strong_tag(response->headers) != part.version) co_return changed();
  if (response->body.stream) body = std::move(response->body.stream);
  if (!response->body.text.empty()) body = web::text_body(std::move(response->body.text));
  co_return body;
}

Task<Result<web::Response>> HttpSource::send(web::Request request, Deadline deadline) {
  for (const auto& [name, value] : introduction_.fields) {
    request.headers.remove(name);
    if (!value.empty()) request.headers.set(name, value);
  }
  if (introduction_.token) return send_with_token(std::move(request), deadline);
  return send_once(std::move(request), deadline);
}

/// A token that the source does not take any more is replaced once, and what was refused said once more.
Task<Result<web::Response>> HttpSource::send_with_token(web::Request request, Deadline deadline) {
  const auto& order = *introduction_.token;
  auto token = co_await connection_.tokens->token(order, deadline);
  if (!token) co_return fail(std::move(token.error()));
  request.headers.set("Authorization", "Bearer " + *token);
  std::optional<web::Request> again;
  if (!request.body.stream) again = request;
  auto response = co_await send_once(std::move(request), deadline);
  if (!response || response->status != 401) co_return response;
  connection_.tokens->forget(order, *token);
  if (!again) co_return response;
  token = co_await connection_.tokens->token(order, deadline);
  if (!token) co_return fail(std::move(token.error()));
  again->headers.set("Authorization", "Bearer " + *token);
  co_return co_await send_once(std::move(*again), deadline);
}

Task<Result<web::Response>> HttpSource::send_once(web::Request request, Deadline deadline) {
  auto response =
      co_await connection_.client.send(std::move(request), {.deadline = deadline,
                                                            .trust = web::Trust::foreign,
                                                            .stream_response = true,
                                                            .text_bytes_max = text_bytes_max,
                                                            .stall_timeout = options_.stall_timeout,
                                                            .identity = introduction_.identity});
  if (!response) co_return not_reached(std::move(response.error()));
  co_return response;
}

/// A name of the inside in a form that a header can hold.
std::string told(const std::string& value) {
  const auto is_visible = [](char each) { return each >= ' ' && each < 0x7F; };
  return std::ranges::all_of(value, is_visible) ? value : text::percent_encode(value, ":");
}

std::vector<HttpField> fields_about(const Reader& reader, const AskerFields& names) {
  std::vector<HttpField> fields;
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!name.empty()) fields.emplace_back(name, told(value));
  };
  add(names.counter_party, reader.counter_party);
  add(names.agreement, reader.agreement.str());
  add(names.dataset, reader.dataset.str());
  add(names.flow, reader.flow.str());
  return fields;
}

Result<void> prove(const HttpCredential& credential, const ContextId& context, crypto::Secret secret,
                   Introduction& out) {
  using Scheme = HttpCredential::Scheme;
  const auto value = [&]() -> HttpField {
    switch (credential.scheme) {
      case Scheme::header:
        return {credential.header, std::string(secret.reveal())};
      case Scheme::basic:
        return {"Authorization", basic_authorization(credential.user, secret.reveal())};
      case Scheme::bearer:
        return {"Authorization", "Bearer " + std::string(secret.reveal())};
      case Scheme::client_credentials:
        break;
    }
    return {};
  }();
  if (credential.scheme == Scheme::client_credentials) {
    out.token = TokenOrder{.context = context,
                           .url = credential.token_url,
                           .client = credential.user,
                           .scope = credential.scope,
                           .secret = std::move(secret)};
    return {};
  }
  web::Headers trial;
  if (!trial.add(value.first, value.second))
    return invalid("", "the secret '{}' cannot stand in a header", credential.secret);
  out.fields.push_back(value);
  return {};
}

}  // namespace

HttpSourceKind::HttpSourceKind(Services services, HttpSourceOptions options)
    : services_(services),
      options_(std::move(options)),
      tokens_(std::make_shared<SourceTokens>(services.scope, services.clock, services.secret_client)) {}

Result<dps::DataAddress> HttpSourceKind::read(const json::Node& address) const {
  auto read = read_http_address(address);
  if (!read) return fail(std::move(read.error()));
  return write_http_address(*read);
}

Task<Result<crypto::Secret>> HttpSourceKind::secret_of(ContextId context, std::string name) {
  auto secret = co_await services_.vault.get_secret(context, platform::vault::participant_secret(name));
  if (!secret && secret.error().code == ErrorCode::not_found)
    co_return fail(ErrorCode::not_found, "there is no secret '{}'", name);
  co_return secret;
}

Task<Result<std::shared_ptr<Source>>> HttpSourceKind::open(Reader reader, dps::DataAddress address) {
  auto read = http_address_of(address);
  if (!read) co_return fail(std::move(read.error()));
  Introduction introduction{.fields = fields_about(reader, options_.asker)};
  if (read->credential) {
    auto secret = co_await secret_of(reader.context, read->credential->secret);
    if (!secret) co_return fail(std::move(secret.error()));
    auto proven = prove(*read->credential, reader.context, std::move(*secret), introduction);
    if (!proven) co_return fail(std::move(proven.error()));
  }
  if (!read->certificate.empty()) {
    auto secret = co_await secret_of(reader.context, read->certificate);
    if (!secret) co_return fail(std::move(secret.error()));
    auto identity = web::ClientIdentity::from_pem(secret->reveal());
    if (!identity) co_return invalid("", "the secret '{}' {}", read->certificate, identity.error().message());
    introduction.identity = std::move(*identity);
  }
  co_return std::make_shared<HttpSource>(Connection{services_.client, tokens_}, options_, std::move(*read),
                                         std::move(introduction));
}

}  // namespace kontor::dataplane::source
