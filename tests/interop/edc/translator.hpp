#pragma once

#include <map>
#include <memory>
#include <string>

#include "installation/driver.hpp"
#include "platform/http/server.hpp"

namespace kontor::interop::edc {

/// Stands before the hub's credential service, because the hub 0.15.1 does not know the names that DCP 1.0
/// has for formats. Everything is passed on as it came; only what the hub refuses for such a name, and for
/// nothing else, is said again with the hub's name for it. Answers while the driver's loop runs.
class Translator {
 public:
  Translator(installation::Driver& driver, std::string hub_origin);
  ~Translator();
  Translator(const Translator&) = delete;
  Translator& operator=(const Translator&) = delete;

  std::string origin() const;
  /// What the hub said of the last message that it did not understand; empty: it understood all.
  const std::string& refused() const { return refused_; }
  /// Messages of others that were passed on, by the last segment of their path: `query`, `credentials`,
  /// `offers`.
  std::size_t passed_on(const std::string& end) const;

 private:
  Task<platform::http::Response> pass_on(platform::http::Request request);

  installation::Driver& driver_;
  std::string hub_;
  std::string refused_;
  std::map<std::string, std::size_t> passed_on_;
  platform::async::Scope scope_;
  std::unique_ptr<platform::http::Listener> listener_;
};

}  // namespace kontor::interop::edc
