#include "base/crypto/running_hash.hpp"
#include "place.hpp"

namespace kontor::data_planes {
namespace {

constexpr auto answer_within = std::chrono::seconds(30);

}  // namespace

Client::Client(Place& place) : place_(place), scope_(place.loop().executor()) {
  http::ClientConfig config;
  config.tls.certificate_authority_file = place.world().b.certificates().authority.string();
  config.allowed_networks = {"127.0.0.0/8"};
  auto client = http::make_client(scope_, place.loop().clock(), config);
  if (!client) throw installation::Failed{client.error().message()};
  client_ = std::move(*client);
}

Client::~Client() {
  place_.loop().run(scope_.close());
}

Task<Result<http::Response>> Client::send(Transfer transfer) {
  http::Request request{.target = transfer.endpoint};
  request.headers.set("Authorization", "Bearer " + transfer.token);
  co_return co_await client_->send(std::move(request),
                                   {.deadline = async::Deadline::after(place_.loop().clock(), answer_within),
                                    .trust = http::Trust::configured,
                                    .stream_response = true});
}

Task<Fetched> Client::fetch(Transfer transfer, OnPiece on_piece, std::uint64_t enough) {
  auto response = co_await send(std::move(transfer));
  if (!response) co_return Fetched{};
  Fetched fetched{.status = response->status};
  fetched.retry_after = response->headers.get("Retry-After").value_or("");
  crypto::RunningSha256 hash;
  while (response->body.stream && fetched.bytes < enough) {
    auto piece = co_await response->body.stream->read();
    if (!piece) co_return fetched;
    if (piece->empty()) break;
    hash.add(*piece);
    fetched.bytes += piece->size();
    if (on_piece) on_piece(piece->size());
  }
  fetched.whole = fetched.bytes < enough;
  fetched.sha256 = hash.hex();
  co_return fetched;
}

Task<std::shared_ptr<http::BodyStream>> Client::stream(Transfer transfer) {
  auto response = co_await send(std::move(transfer));
  if (!response || response->status != 200) co_return nullptr;
  co_return std::move(response->body.stream);
}

}  // namespace kontor::data_planes
