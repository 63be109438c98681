# run: migrate
class Item < ActiveRecord::Base
end

class Queries < ActiveRecord::Migration[8.1]
  def up
    create_table(:items) { |t| t.string :name; t.integer :n; t.date :on; t.boolean :ok }
    Item.insert_all((1..5).map { |i| { name: "i#{i}", n: i, on: "2020-01-0#{i}", ok: i.odd? } })
    say Item.where(n: 2..4).pluck(:name).inspect
    say Item.where(n: [1, 5]).order(n: :desc).pluck(:n).inspect
    say Item.where.not(n: 3).where("name LIKE ?", "i%").count.inspect
    say Item.where(name: nil).or(Item.where(ok: true)).count.inspect
    say Item.select(:n).distinct.order(:n).limit(2).offset(1).map(&:n).inspect
    say Item.sum(:n).inspect
    say Item.minimum(:on).inspect
    say Item.average(:n).to_f.inspect
    say Item.group(:ok).count.size.inspect
    say Item.find(1).attributes.keys.inspect
    say Item.first.n.inspect
    say Item.last.n.inspect
    say Item.where(n: 99).any?.inspect
    say Item.where(n: 99).first.inspect
    say Item.pick(:name).inspect
    say Item.ids.size.inspect
    say Item.where(n: 1).update_all(name: "x", ok: nil).inspect
    say Item.where("n > :min", min: 3).delete_all.inspect
    say Item.find_or_create_by!(name: "new").n.inspect
    Item.find_each(batch_size: 2) { |item| item.update_column(:n, 0) }
    say Item.where(n: 0).count.inspect
    Item.update_all(["name = ?", "z"])
    Item.increment_counter(:n, Item.first.id)
    say Item.find(99) rescue say("not found")
  end
end
