#pragma once

#include <cstddef>
#include <memory>

#include "dataplane/source/forward.hpp"
#include "dataplane/source/source.hpp"
#include "platform/http/client.hpp"

namespace kontor::dataplane::source {

struct HttpSourceOptions {
  Duration stall_timeout = std::chrono::seconds(60);  ///< without progress of a body
  std::size_t sized_body_bytes_max = 1024 * 1024;     ///< of a body that is sent with its length
  PassedFields passed = {};
};

/// Sources of type HttpData: addresses that their owners chose, asked behind the SSRF guard and never beyond
/// it; redirects are not followed. A part is the address itself.
class HttpSourceKind final : public SourceKind {
 public:
  struct Services {
    web::Client& client;
  };
  HttpSourceKind(Services services, HttpSourceOptions options)
      : services_(services), options_(std::move(options)) {}

  std::string_view type() const override { return http_type; }
  Result<dps::DataAddress> read(const json::Node& address) const override;
  Task<Result<std::shared_ptr<Source>>> open(Reader reader, dps::DataAddress address) override;

 private:
  Services services_;
  HttpSourceOptions options_;
};

}  // namespace kontor::dataplane::source
