#include "platform/http/internal/parser.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>
#include <variant>

#include "base/text/text.hpp"

namespace kontor::platform::http {
namespace {

namespace beast = boost::beast;
using beast::http::error;
using boost::system::error_code;

// Beast reads the grammar; what it reads goes straight into our own types.
template <bool is_request>
class Grammar : public beast::http::basic_parser<is_request> {
 public:
  Grammar() {
    this->header_limit(std::numeric_limits<std::uint32_t>::max());  // the reader holds the bound
    this->body_limit(boost::none);
  }

  Head head;
  std::string* body = nullptr;

 private:
  using string_view = beast::string_view;
  using verb = beast::http::verb;
  using field = beast::http::field;

  void on_request_impl(verb, string_view method, string_view target, int version, error_code&) override {
    head.method = method;
    head.target = target;
    head.http11 = version == 11;
  }
  void on_response_impl(int status, string_view, int version, error_code&) override {
    head.status = static_cast<unsigned>(status);
    head.http11 = version == 11;
  }
  void on_field_impl(field, string_view name, string_view value, error_code& code) override {
    if (head_ended_) return;  // trailers are dropped
    if (!head.headers.add(name, value)) code = error::bad_field;
  }
  void on_header_impl(error_code&) override { head_ended_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view bytes, error_code&) override { return bytes.size(); }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code&) override {
    body->append(bytes);
    return bytes.size();
  }
  void on_finish_impl(error_code&) override {}

  bool head_ended_ = false;
};

using RequestGrammar = Grammar<true>;
using ResponseGrammar = Grammar<false>;

Result<void> check_lines(std::string_view head) {
  std::size_t begin = 0;
  while (begin < head.size()) {
    auto end = head.find('\n', begin);
    if (end == std::string_view::npos || end == begin || head[end - 1] != '\r') {
      return fail(ErrorCode::malformed, "a line of the head does not end in CR LF");
    }
    auto line = head.substr(begin, end - 1 - begin);
    if (line.contains('\r') || line.contains('\0')) {
      return fail(ErrorCode::malformed, "a line of the head holds CR or NUL");
    }
    if (begin > 0 && (line.starts_with(' ') || line.starts_with('\t'))) {
      return fail(ErrorCode::malformed, "a header field is folded over two lines");
    }
    begin = end + 1;
  }
  return {};
}

Result<void> check_coding(const Head& head, bool chunked) {
  if (!head.headers.get("transfer-encoding")) return {};
  auto codings = head.headers.all("transfer-encoding");
  if (!head.http11) return fail(ErrorCode::malformed, "HTTP/1.0 has no transfer coding");
  if (codings.size() != 1 || !text::equal_ignoring_case(text::trim(codings.front()), "chunked") || !chunked) {
    return fail(ErrorCode::malformed, "the only transfer coding is `chunked`");
  }
  return {};
}

constexpr auto host_octets = [] {
  std::array<bool, 256> octets{};
  for (unsigned char c = 0x21; c < 0x7f; ++c) octets[c] = true;
  for (unsigned char c : std::string_view("/\\@#?\"<>^`{|},")) octets[c] = false;
  return octets;
}();

bool is_host(std::string_view host) {
  return std::ranges::all_of(host, [](unsigned char c) { return host_octets[c]; });
}

// absolute-form (RFC 9112 §3.2.2) is served like origin-form; its authority replaces the Host field.
Result<void> normalise_target(Head& head) {
  if (head.target.starts_with('/')) return {};
  if (head.target == "*" && head.method == "OPTIONS") return {};
  for (std::string_view scheme : {"http://", "https://"}) {
    if (!text::starts_with_ignoring_case(head.target, scheme)) continue;
    auto rest = std::string_view(head.target).substr(scheme.size());
    auto path = rest.find_first_of("/?");
    auto authority = rest.substr(0, path);
    if (authority.empty() || !is_host(authority)) break;
    head.headers.set("Host", std::string(authority));
    auto target = path == std::string_view::npos ? std::string() : std::string(rest.substr(path));
    head.target = target.starts_with('/') ? target : "/" + target;
    return {};
  }
  return fail(ErrorCode::malformed, "the request's target is neither a path nor an absolute URL");
}

Result<void> check_request(Head& head) {
  auto hosts = head.headers.all("host");
  if (hosts.size() > 1 || (hosts.empty() && head.http11)) {
    return fail(ErrorCode::malformed, "a request has exactly one Host field");
  }
  if (!hosts.empty() && !is_host(hosts.front()))
    return fail(ErrorCode::malformed, "the Host field is not a host");
  if (auto expectation = head.headers.get("expect")) {
    head.expects_continue = head.http11 && text::equal_ignoring_case(*expectation, "100-continue");
  }
  return normalise_target(head);
}

template <bool is_request>
Result<Head> read_head(Grammar<is_request>& grammar, std::string_view bytes) {
  error_code code;
  auto used = grammar.put(boost::asio::const_buffer(bytes.data(), bytes.size()), code);
  if (code) return fail(ErrorCode::malformed, "the head breaks the grammar: {}", code.message());
  if (!grammar.is_header_done() || used != bytes.size())
    return fail(ErrorCode::malformed, "the head is incomplete");
  auto head = std::move(grammar.head);
  auto coding = check_coding(head, grammar.chunked());
  if (!coding) return fail(std::move(coding.error()));
  head.keep_alive = grammar.keep_alive();
  if (grammar.is_done()) {
    head.framing = Head::Framing::none;
  } else if (grammar.chunked()) {
    head.framing = Head::Framing::chunked;
  } else if (auto length = grammar.content_length()) {
    head.framing = Head::Framing::length;
    head.length_bytes = *length;
  } else {
    head.framing = Head::Framing::until_close;
    head.keep_alive = false;
  }
  return head;
}

}  // namespace

std::optional<std::size_t> find_head_end(std::string_view bytes, std::size_t seen) {
  for (auto feed = bytes.find('\n', seen); feed != std::string_view::npos;
       feed = bytes.find('\n', feed + 1)) {
    auto line_ends_well = feed > 0 && bytes[feed - 1] == '\r';
    auto line_is_empty = bytes.substr(0, feed + 1).ends_with("\r\n\r\n");
    if (!line_ends_well || line_is_empty) return feed + 1;
  }
  return std::nullopt;
}

struct Parser::State {
  std::variant<std::monostate, RequestGrammar, ResponseGrammar> grammar;
};

Parser::Parser() : state_(std::make_unique<State>()) {}
Parser::~Parser() = default;

Result<Head> Parser::head(std::string_view bytes, MessageKind kind) {
  auto lines = check_lines(bytes);
  if (!lines) return fail(std::move(lines.error()));
  if (kind != MessageKind::request) {
    auto& grammar = state_->grammar.emplace<ResponseGrammar>();
    grammar.skip(kind == MessageKind::response_to_head);
    return read_head(grammar, bytes);
  }
  auto head = read_head(state_->grammar.emplace<RequestGrammar>(), bytes);
  if (!head) return head;
  auto checked = check_request(*head);
  if (!checked) return fail(std::move(checked.error()));
  return head;
}

Result<std::size_t> Parser::chunks(std::string_view bytes, std::string& out) {
  auto put = [&](auto& grammar) -> Result<std::size_t> {
    grammar.body = &out;
    std::size_t used = 0;
    while (used < bytes.size() && !grammar.is_done()) {
      error_code code;
      auto rest = bytes.substr(used);
      used += grammar.put(boost::asio::const_buffer(rest.data(), rest.size()), code);
      if (code == error::need_more) break;
      if (code) return fail(ErrorCode::malformed, "a chunk breaks the grammar: {}", code.message());
    }
    return used;
  };
  if (auto* request = std::get_if<RequestGrammar>(&state_->grammar)) return put(*request);
  if (auto* response = std::get_if<ResponseGrammar>(&state_->grammar)) return put(*response);
  invariant(false, "a body is read after its head");
  return 0;
}

bool Parser::chunks_ended() const {
  if (auto* request = std::get_if<RequestGrammar>(&state_->grammar)) return request->is_done();
  if (auto* response = std::get_if<ResponseGrammar>(&state_->grammar)) return response->is_done();
  return true;
}

}  // namespace kontor::platform::http
