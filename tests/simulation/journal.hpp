#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "base/crypto/hash.hpp"
#include "platform/async/clock.hpp"
#include "platform/telemetry/log.hpp"

namespace kontor::simulation {

/// What happened in a run, in order and with its virtual time. Two runs that did the same have the same hash;
/// nothing goes in that differs between runs of one seed (signatures do: their nonces are OpenSSL's).
class Journal {
 public:
  Journal(const platform::async::Clock& clock, bool print) : clock_(clock), print_(print) {}

  void happened(std::string_view where, std::string_view what);
  /// For readers only, not part of the hash.
  void note(std::string_view where, std::string_view what);

  std::string hash() const;
  std::uint64_t events() const { return events_; }
  /// The end of the run, oldest line first.
  const std::deque<std::string>& last() const { return last_; }

 private:
  std::string line(std::string_view where, std::string_view what) const;
  void keep(std::string line);

  const platform::async::Clock& clock_;
  bool print_;
  std::uint64_t events_ = 0;
  crypto::Sha256 chain_{};  ///< over the one before and the line
  std::deque<std::string> last_;
};

/// The log of one installation, as notes.
class JournalSink : public platform::telemetry::LogSink {
 public:
  JournalSink(Journal& journal, std::string where) : journal_(journal), where_(std::move(where)) {}
  void write(std::string_view line) override;

 private:
  Journal& journal_;
  std::string where_;
};

}  // namespace kontor::simulation
