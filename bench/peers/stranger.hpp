#pragma once

#include <string>

#include "neighbours.hpp"
#include "testing/party/party.hpp"

namespace kontor::bench {

/// A party with a valid credential that opens negotiations over DSP and never goes on with any: its callback
/// address leads to somebody who does not answer.
class Stranger {
 public:
  explicit Stranger(installation::Driver& driver, std::string silent_url);
  ~Stranger();
  Stranger(const Stranger&) = delete;
  Stranger& operator=(const Stranger&) = delete;

  Did issuer_did() const { return issuer_.did(); }
  std::string authority() const { return server_.authority(); }

  struct Flood {
    std::size_t count = 100;
    std::size_t per_second = 100;
    std::size_t in_flight = 64;  ///< at most; where answers are slow it sends less
  };
  /// Begins to send; `await_end` returns when all are answered. The offer is Acme's.
  void begin(Subject& subject, const json::Value& offer, Flood flood);
  void await_end();

  std::size_t admitted() const { return admitted_; }
  std::size_t refused() const { return refused_; }           ///< 429, with a Retry-After
  const std::string& surprise() const { return surprise_; }  ///< another answer; empty: there was none
  /// Of the negotiations that the subject has, those with the stranger that have not ended.
  std::size_t open_at(Subject& subject);

 private:
  Task<void> send();
  void note(const Result<installation::Answer>& answer);
  installation::Request next_request();

  installation::Driver& driver_;
  std::string callback_;
  testing::LoopbackServer server_;
  testing::Party issuer_;
  testing::Party self_;
  platform::async::Scope scope_;
  std::string url_;
  Did audience_;
  std::string offer_;
  Flood flood_;
  Instant began_;
  std::size_t sent_ = 0;      ///< of this flood
  std::size_t numbered_ = 0;  ///< of all
  std::size_t admitted_ = 0;
  std::size_t refused_ = 0;
  std::string surprise_;
};

}  // namespace kontor::bench
