# run: migrate
class Item < ActiveRecord::Base
  scope :small, -> { where(n: ..3) }
  scope :over, ->(n) { where("n > ?", n) } do
    def names = pluck(:s)
    def doubled = map { |item| item.n * 2 }
  end
end

class Keyless < ActiveRecord::Base
  self.table_name = "keyless"
end

class Batches < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def tell(label)
    answer = yield
    say "#{label}: #{answer.is_a?(String) ? answer : answer.inspect}"
  rescue StandardError => error
    say "#{label}: #{error.class}: #{error.message.lines.first.to_s.strip[0, 120]}"
  end

  def up
    create_table(:items) { |t| t.string :s; t.integer :n; t.datetime :at; t.datetime :updated_at }
    create_table(:keyless, id: false) { |t| t.integer :n; t.string :s }
    add_index :keyless, :s, unique: true
    fill = ->(model) { model.insert_all((1..5).map { |n| { n: n, s: "s#{n}" } }) }
    fill.(Item)
    fill.(Keyless)
    time = Time.utc(2024, 2, 29, 1, 2, 3)
    Item.record_timestamps = false
    tell("touch_all") { Item.in_batches(of: 2).touch_all(:at, time: time) }
    tell("touch_all of some") { Item.small.in_batches(of: 2).touch_all(time: time) }
    tell("update_all") { Item.in_batches(of: 2).update_all(s: "x") }
    tell("update_all sql") { Item.in_batches(of: 2).update_all("n = n + 1") }
    tell("load each") { Item.in_batches(of: 2, load: true).each { |batch| say (batch.loaded? || false).inspect } }
    tell("load block") { Item.in_batches(of: 2, load: true) { |batch| say batch.map(&:n).inspect } }
    tell("each enum") { Item.in_batches(of: 2).each.class.name }
    tell("each size") { Item.in_batches(of: 2).each.size }
    tell("with index") { Item.in_batches(of: 2).each_with_index { |batch, index| say "#{index} #{batch.count}" }.class.name }
    tell("map") { Item.in_batches(of: 2).map(&:count) }
    tell("sum") { Item.in_batches(of: 2).sum(&:count) }
    tell("each_record") { Item.in_batches(of: 2).each_record.map(&:n) }
    tell("find_each size") { Item.find_each.size }
    tell("find_each size of some") { Item.small.find_each(start: 2, finish: 4).size }
    tell("find_in_batches size") { Item.find_in_batches(batch_size: 2).size }
    tell("find_each index") { Item.find_each(batch_size: 2).with_index(1).map { |item, index| item.n * index } }
    tell("keyless find_each") { Keyless.find_each { |one| say one.n } }
    tell("keyless find_in_batches") { Keyless.find_in_batches(batch_size: 2) { |some| say some.map(&:n).inspect } }
    tell("keyless in_batches") { Keyless.in_batches(of: 2) { |some| say some.count } }
    tell("keyless cursor") { Keyless.in_batches(of: 2, cursor: :s) { |some| say some.count } }
    tell("keyless cursor of many") { Keyless.in_batches(of: 2, cursor: :n) { |some| say some.count } }
    tell("keyless first") { Keyless.first.n }
    tell("keyless last") { Keyless.last }
    tell("keyless find") { Keyless.find(1) }
    tell("keyless delete") { Keyless.where(n: 1).delete_all }
    tell("cursor that is not unique") { Item.in_batches(of: 2, cursor: :n) { |some| say some.count } }
    tell("cursor of two") { Item.in_batches(of: 2, cursor: [:n, :id]) { |some| say some.pluck(:n).inspect } }
    tell("start of two") { Item.in_batches(of: 2, cursor: [:n, :id], start: 2) { |some| say some.count } }
    tell("descending") { Item.in_batches(of: 2, order: :desc) { |some| say some.pluck(:id).inspect } }
    tell("order") { Item.in_batches(order: :up) { |some| say some.count } }
    tell("ordered") { Item.order(:s).find_each(batch_size: 2) { |one| say one.n } }
    tell("ordered raising") { Item.order(:s).find_each(batch_size: 2, error_on_ignore: true) { |one| say one.n } }
    tell("limited") { Item.limit(3).find_each(batch_size: 2) { |one| say one.n } }
    tell("selected") { Item.select(:n).find_each(batch_size: 2) { |one| say one.n } }
    tell("ranges") { Item.where(n: 1..9).in_batches(of: 2, use_ranges: true) { |some| say some.to_sql } }
    tell("no ranges") { Item.in_batches(of: 2, use_ranges: false) { |some| say some.to_sql } }
    tell("loaded") { Item.all.load.in_batches(of: 2) { |some| say some.map(&:n).inspect } }
    tell("zero") { Item.in_batches(of: 0) { |some| say some.count } }
    tell("unknown keyword") { Item.find_each(of: 2) { |some| say some.count } }
    tell("delete_all") { Item.where(n: 6).in_batches.delete_all }
    tell("destroy_all") { Item.where(n: 5).in_batches.destroy_all }
    tell("scope with a block") { Item.over(2).names }
    tell("scope with a block further on") { Item.over(2).where(n: 3).doubled }
    tell("scope with a block by where") { Item.where(n: 3).over(2).doubled }
    tell("without its block") { Item.small.names }
    tell("group having delete_all") { Item.group(:s).having("COUNT(*) > 0").delete_all }
    tell("left") { Item.count }
    fill.(Item)
    tell("group having update_all") { Item.group(:s).having("COUNT(*) > 1").update_all(n: 0) }
    tell("group delete_all") { Item.where(n: 1).group(:s).delete_all }
    tell("limit delete_all") { Item.limit(1).delete_all }
    tell("offset delete_all") { Item.order(:id).offset(1).limit(1).delete_all }
    tell("distinct delete_all") { Item.distinct.delete_all }
    tell("left") { Item.count }
  end
end
