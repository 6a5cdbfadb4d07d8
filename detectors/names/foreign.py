"""Romaji of given names and surnames from many countries, as they are met in Japanese offices: enough to tell ``Li Wei`` and
``John Peterson`` from goods and programs. Written down by hand; no person is meant."""

from __future__ import annotations

GIVEN = (
    "John Michael David James Robert William Thomas Daniel Peter Paul Mark Kevin Steven Brian Andrew George "
    "Edward Anna Emma Sophia Olivia Elizabeth Sarah Jessica Karen Lisa Nancy Susan Julia Laura Carlos Jose Luis "
    "Pedro Antonio Juan Maria Ana Camila Lucas Mateus Gabriel Marco Luca Pierre Jean Claude Hans Karl Ivan "
    "Sergei Olga Elena Natasha Van Thi Minh Hoa Linh Huong Duc Anh Tuan Lan Ahmad Muhammad Ali Hassan Fatima "
    "Aisha Raj Priya Amit Sunita Ramesh Siti Budi Dewi Rizky Somchai Niran Wei Ming Xiaoming Jing Fang Jun Hao "
    "Minjun Jisoo Seoyeon Grace Joy Angelica Rahul Deepak Kumar Bishal "
).split()
FAMILY = (
    "Smith Johnson Brown Williams Miller Davis Wilson Taylor Anderson Thompson Peterson Harris Clark Lewis "
    "Walker Young King Wright Hayes Baker Carter Murphy Kelly Garcia Rodriguez Martinez Fernandez Gonzalez "
    "Lopez Silva Santos Oliveira Souza Pereira Costa Rossi Ferrari Dupont Martin Schmidt Mueller Weber Ivanov "
    "Petrov Reyes Cruz Bautista Aquino Ramos Nguyen Tran Le Pham Hoang Phan Vu Dang Khan Sharma Patel Singh "
    "Gupta Tamang Thapa Gurung Shrestha Rai Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Kim Park Lee Choi "
    "Jung Wijaya Santoso Hidayat Rahman Hossain Perera Fernando "
).split()

LISTED_GIVEN = frozenset(name.lower() for name in GIVEN)
LISTED_FAMILY = frozenset(name.lower() for name in FAMILY)
