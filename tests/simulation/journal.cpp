#include "journal.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "base/text/encoding.hpp"

namespace kontor::simulation {
namespace {

constexpr std::size_t lines_kept = 200;

}  // namespace

void Journal::happened(std::string_view where, std::string_view what) {
  auto entry = line(where, what);
  ++events_;
  const BytesView before(chain_);
  chain_ = crypto::sha256(std::string(text_of(before)) + entry);
  keep(std::move(entry));
}

void Journal::note(std::string_view where, std::string_view what) {
  keep(line(where, what));
}

std::string Journal::hash() const {
  return text::hex_encode(chain_);
}

std::string Journal::line(std::string_view where, std::string_view what) const {
  return fmt::format("{} {:9} {}", format_instant(clock_.now()), where, what);
}

void Journal::keep(std::string entry) {
  if (print_) std::printf("%s\n", entry.c_str());
  last_.push_back(std::move(entry));
  if (last_.size() > lines_kept) last_.pop_front();
}

void JournalSink::write(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  journal_.note(where_, line);
}

}  // namespace kontor::simulation
