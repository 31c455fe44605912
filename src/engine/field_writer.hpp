// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <string>
#include <vector>

#include "engine/run_state.hpp"
#include "io/result_layout.hpp"
#include "io/safetensors.hpp"

namespace stockpot::engine {

/// One array of a state, by its path through the `visit` lists: `moments/first`.
struct Field {
  std::string name;
  io::Dtype dtype = io::Dtype::u8;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;  ///< in the state's own memory where that is the host
  Part part = Part::everywhere;
};

/// Walks over the `visit` lists of a state and takes it apart into arrays. One `put` per kind of
/// member; FieldReader has the `get` of each.
class FieldWriter {
 public:
  explicit FieldWriter(const RunState& state) { put("", state, Part::everywhere); }

  /// Valid as long as the writer and the state.
  const std::vector<Field>& fields() const { return fields_; }

 private:
  template <typename Struct>
    requires requires(const Struct& s) { Struct::visit(s, [](auto&&...) {}); }
  void put(const std::string& name, const Struct& value, Part part) {
    Struct::visit(value, [&](const char* member, const auto& inner, Part own = Part::everywhere) {
      put(name.empty() ? member : name + "/" + member, inner, own == Part::everywhere ? part : own);
    });
  }
  void put(const std::string& name, std::int64_t value, Part part) {
    put_numbers<std::int64_t>(name, {value}, part);
  }
  void put(const std::string& name, double value, Part part) {
    put_numbers<double>(name, {value}, part);
  }
  void put(const std::string& name, const at::Tensor& values, Part part);
  void put(const std::string& name, const model::Weights& weights, Part part) {
    put(name, weights.values(), part);
  }
  void put(const std::string& name, const train::SharedMask& mask, Part part);
  void put(const std::string& name, const std::vector<train::SharedMask>& masks, Part part);
  void put(const std::string& name, const std::vector<float>& values, Part part);
  void put(const std::string& name, const std::vector<double>& values, Part part) {
    put_numbers(name, values, part);
  }
  void put(const std::string& name, const std::map<std::string, Snapshot>& snapshots, Part part);
  void put(const std::string& name, const std::vector<DenoiserVote>& votes, Part part);
  void put(const std::string& name, const std::vector<io::DenoiserMask>& masks, Part part);
  void put(const std::string& name, const CostLedger& ledger, Part part) {
    put(name, ledger.rows(), part);
  }

  /// Rows, column by column, as result.h5 has them. Times and ranks differ between equal runs.
  template <typename Row>
    requires(std::tuple_size_v<decltype(io::kColumns<Row>)> > 0)
  void put(const std::string& name, const std::vector<Row>& rows, Part part) {
    io::for_each_in(io::kColumns<Row>, [&]<typename T>(const io::Column<Row, T>& column) {
      std::vector<T> values;
      for (const Row& row : rows) values.push_back(row.*column.member);
      const bool differs = part == Part::everywhere && io::is_of_the_execution(column.name);
      put_column(name + "/" + column.name, std::move(values), differs ? Part::bookkeeping : part);
    });
  }
  void put_column(const std::string& name, std::vector<std::int64_t> values, Part part) {
    put_numbers(name, std::move(values), part);
  }
  void put_column(const std::string& name, std::vector<double> values, Part part) {
    put_numbers(name, std::move(values), part);
  }
  void put_column(const std::string& name, const std::vector<bool>& truths, Part part) {
    put_numbers<std::int64_t>(name, {truths.begin(), truths.end()}, part);
  }
  void put_column(const std::string& name, const std::vector<std::string>& texts, Part part);

  template <typename Number>
  void put_numbers(const std::string& name, std::vector<Number> numbers, Part part) {
    const auto bytes = std::as_bytes(std::span(numbers));
    add(name, std::is_same_v<Number, double> ? io::Dtype::f64 : io::Dtype::i64, numbers.size(),
        keep(bytes), part);
  }
  void add(const std::string& name, io::Dtype dtype, std::size_t size,
           std::span<const std::byte> bytes, Part part);
  /// A copy that lives as long as the writer.
  std::span<const std::byte> keep(std::span<const std::byte> bytes);

  std::vector<Field> fields_;
  std::deque<std::vector<std::byte>> kept_;
  std::vector<at::Tensor> on_host_;
};

}  // namespace stockpot::engine
